"""Foreign files into chunks of rows, read in a child process that may not hurt this one."""
