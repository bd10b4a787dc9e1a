# The release library: how it is compiled, linked and stripped.

LIBRARY_SOURCES := Package.swift include/mcpauth.h pkgconfig/mcpauth.map $(shell find Sources -type f)
# A thirteenth of the library's size. Loaders before glibc 2.36 refuse it: `make RELR=` builds for those.
RELR := $(if $(shell getconf GNU_LIBC_VERSION 2>/dev/null | \
  awk '{ split($$2, v, "."); if (v[1] > 2 || v[1] == 2 && v[2] >= 36) print "yes" }'),-z pack-relative-relocs)

# The objects, in an order that is always the same. SwiftPM leaves those of files that are gone where they were.
RELEASE_OBJECTS = $(RELEASE_BUILD)/release/MCPAuthABI.build
OBJECT_LIST = LC_ALL=C sort $(RELEASE_OBJECTS)/sources | sed 's|.*/|$(RELEASE_OBJECTS)/|; s|$$|.o|'

# Whose libcurl is linked to. Debian gives its functions a version of its own, which other distributions' loaders do not
# find: mk/dist.mk names a folder with one that has none.
CURL_LIBRARY ?= $$(pkg-config --libs libcurl)

# lld comes with the toolchain. Unlike gold, its dynamic symbol table holds the exported functions and nothing else, and
# it folds functions of identical code, of which there are many in Embedded Swift. A build ID would be made of the symbols too,
# and so of this folder's name.
LINK_FLAGS := -soname=$(SONAME) --version-script=$(CURDIR)/pkgconfig/mcpauth.map --no-undefined-version \
  -z defs -z relro -z now -z nodelete --gc-sections --icf=all -O2 --build-id=none $(RELR)
SWIFT_TOOLS := $(dir $(realpath $(shell command -v $(SWIFT))))

# The engine as one module instead of seven: see Package.swift.
ONE_MODULE := MCPAUTH_ONE_MODULE=1
# Of its own: modules that a build as seven left behind would be found in place of the empty ones.
RELEASE_BUILD := .build/one-module$(if $(TOOL_PREFIX),-$(ARCH))

# Without frame pointers the library is 3 percent smaller. `make FRAME_POINTERS=yes` builds it for profilers that walk them.
FRAME_POINTERS ?=
FRAME_POINTER_FLAG := $(if $(filter yes,$(FRAME_POINTERS)),--no-omit-frame-pointers,--omit-frame-pointers)

# The header is no input that SwiftPM knows of, and the exports have to be compiled against it again when it changes. One
# file for all builds of this tree: each touch is a compilation for every one of them.
HEADER_SEEN := $(CURDIR)/build/header-seen
$(HEADER_SEEN): include/mcpauth.h
	@mkdir -p $(@D)
	@touch $(wildcard Sources/MCPAuthABI/*.swift) $@

# Rewritten when the build flags change.
BUILT_WITH := $(FRAME_POINTER_FLAG) $(LINK_FLAGS)
$(BUILD)/built-with: FORCE
	@mkdir -p $(@D)
	@echo '$(BUILT_WITH)' | cmp -s - $@ || echo '$(BUILT_WITH)' > $@

.PHONY: FORCE
FORCE:

$(BUILD)/lib/$(REALNAME): $(LIBRARY_SOURCES) Makefile mk/library.mk $(HEADER_SEEN) $(BUILD)/built-with
	@command -v $(SWIFT) >/dev/null || { echo "$(SWIFT) is not on PATH: install the Swift 6.3 toolchain from" \
	  "https://www.swift.org/install and put its usr/bin on PATH" >&2; exit 1; }
	@missing=; for package in libcrypto libcurl; do pkg-config --exists $$package || missing+=" $$package"; done; \
	if [ -n "$$missing" ]; then echo "the development files of$$missing are missing: run make setup (as root, or with sudo)," \
	  "or install libssl-dev and libcurl4-openssl-dev" >&2; exit 1; fi
	$(ONE_MODULE) $(SWIFT_SEES) $(SWIFT) build -c release --target MCPAuthABI --scratch-path $(RELEASE_BUILD) \
	  $(FRAME_POINTER_FLAG) $(SWIFT_TARGET)
	@mkdir -p $(@D)
	$(CC) -shared -o $@ $$($(OBJECT_LIST)) -fuse-ld=lld -B$(SWIFT_TOOLS) $(addprefix -Xlinker ,$(LINK_FLAGS)) \
	  $(CURL_LIBRARY) $$(pkg-config --libs libcrypto) -lm
	@ln -sfn $(REALNAME) $(@D)/$(SONAME)
	@ln -sfn $(SONAME) $(@D)/libmcpauth.so

$(BUILD)/stripped/$(REALNAME): $(BUILD)/lib/$(REALNAME)
	@mkdir -p $(@D)
	$(STRIP) --strip-unneeded -o $@ $<

# The static library: one object in which the interface alone is global, so that nothing of the engine meets the program's
# own names. What no call of the interface reaches is left out; the rest can still be by --gc-sections.
STATIC := $(BUILD)/static/libmcpauth.a
$(STATIC): $(BUILD)/lib/$(REALNAME)
	@rm -rf $(@D) && mkdir -p $(@D)
	@sed -n 's/^ *\(mcpauth_[a-z0-9_]*\);$$/\1/p' pkgconfig/mcpauth.map > $(@D)/interface
	$(GNU_LD) -r --gc-sections $$(sed 's/^/-u /' $(@D)/interface) $$($(OBJECT_LIST)) -o $(@D)/whole.o
	$(OBJCOPY) --keep-global-symbols=$(@D)/interface --strip-unneeded --remove-section=.swift1_autolink_entries \
	  $(@D)/whole.o $(@D)/mcpauth.o
	@$(TOOL_PREFIX)ar rcsD $@ $(@D)/mcpauth.o
