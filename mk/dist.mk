# make dist: what somebody without Swift takes. A tarball for each processor, which can be unpacked anywhere:
#
#   build/dist/libmcpauth-VERSION-linux-x86_64.tar.gz, ...-linux-aarch64.tar.gz
#   build/dist/libmcpauth-VERSION-linux-x86_64.spdx.json, ...   what is in it and what it is linked to (SPDX 2.3)
#   build/dist/SHA256SUMS
#
# The same sources give the same bytes, in whatever folder: no path, no time and no order of this machine is in them.

DIST       := $(CURDIR)/build/dist
DIST_NAME  := libmcpauth-$(VERSION)-linux-
DIST_ARCHS ?= x86_64 aarch64
# The newest entry of debian/changelog is the time of all files.
SOURCE_DATE_EPOCH ?= $(shell date -u +%s -d "$$(sed -n 's/^ -- .*>  //p' debian/changelog | head -n 1)")
export SOURCE_DATE_EPOCH

# A libcurl to link to that has no symbol version: with that of Debian's the library would start on Debian alone.
$(DIST)/any-curl/%/libcurl.so: mk/dist.mk
	@mkdir -p $(@D)
	@$(TOOL_PREFIX)nm -D --defined-only $$($(CC) -print-file-name=libcurl.so) | \
	  sed -nE 's/.* T (curl_[a-z0-9_]+)(@.*)?$$/void \1(void); void \1(void) {}/p' > $(@D)/curl.c
	@$(CC) -shared -fPIC -nostdlib -Wl,-soname,libcurl.so.4 $(@D)/curl.c -o $@

# For a loader of 2021: glibc 2.34, without packed relocations.
FOR_ALL = $(MAKE) ARCH=$* BUILD=$(DIST)/$* RELR= CURL_LIBRARY='-L$(DIST)/any-curl/$* -lcurl' PREFIX=/usr/local \
  LIBDIR=/usr/local/lib INCLUDEDIR=/usr/local/include RELOCATABLE=yes
REPRODUCIBLE := --sort=name --owner=0 --group=0 --numeric-owner --format=ustar --mtime=@$(SOURCE_DATE_EPOCH)

$(DIST)/$(DIST_NAME)%.tar.gz: FORCE docs
	@rm -rf $(DIST)/$*/tree && mkdir -p $(DIST)/$*/tree $(DIST)/$*/unpacked
	@$(FOR_ALL) $(DIST)/any-curl/$*/libcurl.so
	@$(FOR_ALL) install install-tools DESTDIR=$(DIST)/$*/tree
	@cd $(DIST)/$*/tree/usr/local && mkdir -p share/man/man3 share/doc/libmcpauth && \
	  install -m 644 $(DOCS)/man/man3/*.3 share/man/man3 && \
	  install -m 644 $(CURDIR)/LICENSE $(CURDIR)/CHANGELOG.md share/doc/libmcpauth && \
	  sed 's/@VERSION@/$(VERSION)/g; s/@ARCH@/$*/g' $(CURDIR)/packaging/README.tarball.md > share/doc/libmcpauth/README.md
	@python3 tools/sbom.py $(DIST)/$*/tree/usr/local $(VERSION) $* > $(DIST)/$(DIST_NAME)$*.spdx.json
	@cd $(DIST)/$*/tree/usr/local && chmod -R u=rwX,go=rX . && \
	  tar -c $(REPRODUCIBLE) --transform 's|^\.|$(DIST_NAME)$*|' . | gzip -n9 > $@

ifneq ($(HOST_ARCH),aarch64)
$(DIST)/$(DIST_NAME)aarch64.tar.gz: setup-arm64
endif

.PHONY: dist
dist: $(DIST_ARCHS:%=$(DIST)/$(DIST_NAME)%.tar.gz) ## relocatable tarballs for x86-64 and arm64, with checksums and SBOM
	@cd $(DIST) && sha256sum $(foreach arch,$(DIST_ARCHS),$(DIST_NAME)$(arch).tar.gz $(DIST_NAME)$(arch).spdx.json) > SHA256SUMS
	@cd $(DIST) && cat SHA256SUMS && ls -l *.tar.gz

.PHONY: setup-dist
setup-dist: setup-arm64 # what uses the tarballs in the tests: CMake, a C++ compiler, and a Conan of its own
	@tools/need.sh cmake=cmake g++=g++ rpmbuild=rpm
	@Tests/dist/setup.sh $(BUILD)/conan

.PHONY: test-dist
test-dist: setup-dist ## the tarballs: moved, used by pkg-config, CMake, Conan and rpm, and made again in another folder
	@$(MAKE) -j1 dist
	@CONAN=$(BUILD)/conan $(PYTEST) -rs Tests/dist
