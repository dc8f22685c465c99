"""A made-up council to try the product with."""
