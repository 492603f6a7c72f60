"""What clerks decide: shown, taken down, carried out, filed."""
