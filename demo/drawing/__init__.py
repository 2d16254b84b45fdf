"""Drawings of things that a small shop might sell, made of shapes, gradients and soft shadows."""
