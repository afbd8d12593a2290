DELETE FROM task WHERE what ->> 'task' = 'find_duplicates';
DROP INDEX batch_of_file;
DROP TABLE duplicate_check;
DROP TABLE duplicate_count;
DROP TABLE duplicate_answer;
DROP TABLE duplicate;
DROP TABLE payout_likeness;
