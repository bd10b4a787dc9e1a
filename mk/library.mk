# The release library: how it is compiled, linked and stripped.

LIBRARY_SOURCES := Package.swift include/mcpauth.h pkgconfig/mcpauth.map $(shell find Sources -type f)
# A thirteenth of the library's size. Loaders before glibc 2.36 refuse it: `make RELR=` builds for those.
RELR := $(if $(shell getconf GNU_LIBC_VERSION 2>/dev/null | \
  awk '{ split($$2, v, "."); if (v[1] > 2 || v[1] == 2 && v[2] >= 36) print "yes" }'),-z pack-relative-relocs)

# lld comes with the toolchain. Unlike gold, its dynamic symbol table holds the exported functions and nothing else, and
# it folds functions of identical code, of which there are many in Embedded Swift.
LINK_FLAGS := -soname=$(SONAME) --version-script=$(CURDIR)/pkgconfig/mcpauth.map --no-undefined-version \
  -z defs -z relro -z now -z nodelete --gc-sections --icf=all -O2 -lm $(RELR)

# The engine as one module instead of seven: see Package.swift.
ONE_MODULE := MCPAUTH_ONE_MODULE=1
# Of its own: modules that a build as seven left behind would be found in place of the empty ones.
RELEASE_BUILD := .build/one-module

# Without frame pointers the library is 3 percent smaller. `make FRAME_POINTERS=yes` builds it for profilers that walk them.
FRAME_POINTERS ?=
FRAME_POINTER_FLAG := $(if $(filter yes,$(FRAME_POINTERS)),--no-omit-frame-pointers,--omit-frame-pointers)

# The header is no input that SwiftPM knows of, and the exports have to be compiled against it again when it changes.
$(BUILD)/header-seen: include/mcpauth.h
	@mkdir -p $(@D)
	@touch $(wildcard Sources/MCPAuthABI/*.swift) $@

# Rewritten when the build flags change.
BUILT_WITH := $(FRAME_POINTER_FLAG) $(LINK_FLAGS)
$(BUILD)/built-with: FORCE
	@mkdir -p $(@D)
	@echo '$(BUILT_WITH)' | cmp -s - $@ || echo '$(BUILT_WITH)' > $@

.PHONY: FORCE
FORCE:

$(BUILD)/lib/$(REALNAME): $(LIBRARY_SOURCES) Makefile mk/library.mk $(BUILD)/header-seen $(BUILD)/built-with
	@command -v $(SWIFT) >/dev/null || { echo "$(SWIFT) is not on PATH: install the Swift 6.3 toolchain from" \
	  "https://www.swift.org/install and put its usr/bin on PATH" >&2; exit 1; }
	@missing=; for package in libcrypto libcurl; do pkg-config --exists $$package || missing+=" $$package"; done; \
	if [ -n "$$missing" ]; then echo "the development files of$$missing are missing: run make setup (as root, or with sudo)," \
	  "or install libssl-dev and libcurl4-openssl-dev" >&2; exit 1; fi
	@rm -f $(RELEASE_BUILD)/release/libmcpauth.so # the linker's flags are no input SwiftPM knows of
	$(ONE_MODULE) $(SWIFT) build -c release --product mcpauth --scratch-path $(RELEASE_BUILD) --disable-local-rpath \
	  $(FRAME_POINTER_FLAG) -Xswiftc -use-ld=lld \
	  $(addprefix -Xlinker ,$(LINK_FLAGS))
	@install -D -m 755 $(RELEASE_BUILD)/release/libmcpauth.so $@
	@ln -sfn $(REALNAME) $(@D)/$(SONAME)
	@ln -sfn $(SONAME) $(@D)/libmcpauth.so

$(BUILD)/stripped/$(REALNAME): $(BUILD)/lib/$(REALNAME)
	@mkdir -p $(@D)
	strip --strip-unneeded -o $@ $<
