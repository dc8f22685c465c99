# Thin aliases for people who expect make; ./run --help tells the same.
.PHONY: help run test check bench lock
help: ; @./run --help
run: ; @./run
test: ; @./run test
check: ; @./run check
bench: ; @./run bench
lock: ; @./run lock
