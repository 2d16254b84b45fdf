"""What the tests stand on: databases, the served application, a client that reads pages."""
