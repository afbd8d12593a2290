DROP TABLE batch_reading;
