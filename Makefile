PYTHON ?= python3

.PHONY: run test check lock

run:    ; $(PYTHON) -m intake demo
test:   ; $(PYTHON) -m intake test
check:  ; $(PYTHON) -m intake check-all
lock:   ; $(PYTHON) -m intake lock
