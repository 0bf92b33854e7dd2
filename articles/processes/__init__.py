"""What the processes of a site need: limits of programs, the sign of life of a worker, statistics of the database."""
