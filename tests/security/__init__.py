"""Tests of the gate that every request passes."""
