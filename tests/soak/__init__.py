"""An hour of mixed load on the running program, to see that memory, open files and answers stay as they were."""
