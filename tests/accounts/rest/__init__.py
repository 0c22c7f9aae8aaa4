"""Tests of REST's bases."""
