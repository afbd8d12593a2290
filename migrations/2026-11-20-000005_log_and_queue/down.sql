DROP SCHEMA sandbox CASCADE;
DROP TABLE task, event, event_head;
