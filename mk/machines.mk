# Other machines than this one: Debian 13 beside it, and one that is slow or stops now and then.

# What is built, and what is tested there: the library as its users have it.
TRIXIE_PARTS := all test-c test-attacks test-providers test-packaging test-e2e test-adapter-httplib

.PHONY: test-trixie
test-trixie: ## the library built and tested on Debian 13, in a root that debootstrap makes
	@status=0; SWIFT=$(SWIFT) tools/trixie.sh $(BUILD)/trixie-root $(TRIXIE_PARTS) || status=$$?; \
	if [ $$status = 77 ] && [ "$(CI)" != true ]; then exit 0; fi; exit $$status

# No test may measure how fast the machine is. These take half an hour, mostly waiting: not part of `make test`.
SLOW_PARTS := test-c test-faults test-e2e

.PHONY: test-slow
test-slow: examples $(addprefix $(BUILD)/tests/,$(C_TESTS) fault_injection) ## the tests on a fifth of a processor, and with pauses
	@for round in 1 2 3; do Tests/slow/quota.sh $(MAKE) $(SLOW_PARTS); done
	@Tests/slow/pauses.py $(MAKE) $(SLOW_PARTS)
