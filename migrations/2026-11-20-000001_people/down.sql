DROP TABLE sign_in_failure, known_device, session, role, membership, person, organisation;
