"""What is sold: products, prices and shipping rates."""
