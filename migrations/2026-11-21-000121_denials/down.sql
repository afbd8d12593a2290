DROP TABLE denial_window;
