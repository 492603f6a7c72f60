"""Electronic seals and signatures of the Chinese standards."""
