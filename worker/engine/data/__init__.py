"""From the columns of a table to the token ids of a batch."""
