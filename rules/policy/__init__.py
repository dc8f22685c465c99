"""The framework as data: one folder of TOML files per edition, loaded into frozen objects."""
