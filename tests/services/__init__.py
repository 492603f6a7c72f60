"""Real servers for the tests, each started by the test run on a loopback port of its own."""
