DROP INDEX slice_begun;
