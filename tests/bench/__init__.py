"""Speed, as ratios to the bare framework in the same run; one file a subject."""
