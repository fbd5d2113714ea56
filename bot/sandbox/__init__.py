"""A simulated world for the demo and the tests: the outside systems over HTTP, with faults and a clock."""
