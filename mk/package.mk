# Debian packages, by debian/ and debhelper: `dpkg-buildpackage -b` makes the same ones beside the sources.

# debian_packages TARGET FURTHER_VARIABLES
define debian_packages
@command -v dh >/dev/null || { echo "debhelper is missing: run 'make setup', or install it" >&2; exit 1; }
@rm -rf debian/.debhelper debian/tmp debian/debhelper-build-stamp debian/files build/deb/build && mkdir -p $(BUILD)/deb
@env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL MCPAUTH_DEB=$(BUILD)/deb $(2) debian/rules $(1)
@debian/rules clean >/dev/null
endef

.PHONY: deb
deb: ## Debian packages of library, development files, tools and reference, into build/deb
	@rm -rf $(BUILD)/deb/*.deb
	$(call debian_packages,binary,)
	@ls $(BUILD)/deb/*.deb

.PHONY: deb-arm64
deb-arm64: setup-arm64 ## the same for arm64, beside them
	$(call debian_packages,binary-arch,$$(dpkg-architecture -aarm64 -f) DEB_BUILD_OPTIONS=nocheck)
	@ls $(BUILD)/deb/*_arm64.deb

.PHONY: test-roots
test-roots: deb ## the Debian packages in fresh Debian 12 and 13: installed, used as the README says, upgraded, removed
	@tools/need.sh mmdebstrap=mmdebstrap
	@Tests/roots/run.sh $(BUILD)/deb $(BUILD)/roots bookworm trixie
