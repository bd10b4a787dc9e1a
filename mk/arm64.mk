# The library for 64-bit Arm: built on any machine, and tested by qemu-user, which translates each program of arm64.
# What that cannot show is in docs/platforms.md.

ARM64_BUILD := $(CURDIR)/build/arm64
ON_ARM64 := $(MAKE) ARCH=aarch64 BUILD=$(ARM64_BUILD)

.PHONY: setup-arm64
setup-arm64: # a Debian 12 for arm64, unpacked, and what its Python needs
	@tools/need.sh aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu qemu-aarch64-static=qemu-user-static
	@tools/arm64_root.sh $(ARM64_ROOT)

.PHONY: arm64
arm64: ## the release library for 64-bit Arm into build/arm64/lib (make setup-arm64 first)
	@test -e $(ARM64_ROOT)/stamp || { echo "run make setup-arm64 first: it unpacks a Debian for arm64 into build" >&2; exit 1; }
	@$(ON_ARM64) all

# What `make test` has time for: the C programs but the slowest, and the attacks on algorithms and signatures.
ARM64_SLOW := test_memory
ARM64_ATTACKS := $(addprefix Tests/attacks/,test_algorithms.py test_signatures.py)

.PHONY: test-arm64
test-arm64: setup-arm64 arm64 ## the library for 64-bit Arm: C programs and a part of the attacks, by qemu-user
	@$(ON_ARM64) test-c C_TESTS='$(filter-out $(ARM64_SLOW),$(C_TESTS))'
	@$(ON_ARM64) test-attacks ATTACKS='$(ARM64_ATTACKS)'

.PHONY: test-arm64-all
test-arm64-all: setup-arm64 arm64 ## the same with nothing left out: half an hour
	@$(ON_ARM64) test-c test-attacks
