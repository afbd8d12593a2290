DROP TABLE letter_wish;
DROP TABLE letter;
