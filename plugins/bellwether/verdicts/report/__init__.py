"""Reports: the questions' answers, stored in the lake and the warehouse, and their text."""
