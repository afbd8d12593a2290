DROP TABLE repetition_run;
DROP TABLE repetition;
