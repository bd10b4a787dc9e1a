"""Conan 2 recipe of libmcpauth, out of the tarballs of `make dist`: nobody needs Swift for it.

    conan create packaging/conan -c user.libmcpauth:dist=/where/the/tarballs/are
    conan create packaging/conan -c user.libmcpauth:dist=/where/the/tarballs/are -o 'libmcpauth/*:shared=False'

What is taken is compared with the SHA256SUMS beside it. libcurl and OpenSSL 3 are the system's.
"""
import os
import re

from conan import ConanFile
from conan.errors import ConanException, ConanInvalidConfiguration
from conan.tools.files import check_sha256, copy, get, load

ARCHITECTURES = {"x86_64": "x86_64", "armv8": "aarch64"}


class LibMCPAuth(ConanFile):
    name = "libmcpauth"
    license = "MIT"
    description = "Authenticates the requests of MCP servers (OAuth 2.1 resource servers)"
    topics = ("mcp", "oauth2", "jwt", "authentication")
    package_type = "library"
    settings = "os", "arch"
    options = {"shared": [True, False]}
    default_options = {"shared": True}

    def set_version(self):
        if not self.version:
            header = load(self, os.path.join(self.recipe_folder, "../../include/mcpauth.h"))
            self.version = ".".join(re.search(rf"^#define MCPAUTH_VERSION_{part} (\d+)", header, re.M).group(1)
                                    for part in ("MAJOR", "MINOR", "PATCH"))

    def validate(self):
        if self.settings.os != "Linux" or str(self.settings.arch) not in ARCHITECTURES:
            raise ConanInvalidConfiguration(f"libmcpauth is for Linux on {' and '.join(ARCHITECTURES)}, and this is for "
                                            f"{self.settings.os} on {self.settings.arch}")

    @property
    def tarball(self):
        return f"libmcpauth-{self.version}-linux-{ARCHITECTURES[str(self.settings.arch)]}.tar.gz"

    def build(self):
        dist = self.conf.get("user.libmcpauth:dist")
        if not dist:
            raise ConanException("where are the tarballs of libmcpauth? Add -c user.libmcpauth:dist=FOLDER")
        path = os.path.join(dist, self.tarball)
        if not os.path.exists(path):
            raise ConanException(f"{path} is not there: make dist makes it")
        sums = dict(reversed(line.split()) for line in load(self, os.path.join(dist, "SHA256SUMS")).splitlines())
        check_sha256(self, path, sums[self.tarball])
        get(self, f"file://{path}", strip_root=True, sha256=sums[self.tarball])

    def package(self):
        copy(self, "LICENSE", os.path.join(self.build_folder, "share/doc/libmcpauth"),
             os.path.join(self.package_folder, "licenses"))
        copy(self, "*", os.path.join(self.build_folder, "include"), os.path.join(self.package_folder, "include"))
        copy(self, "*", os.path.join(self.build_folder, "bin"), os.path.join(self.package_folder, "bin"))
        copy(self, "libmcpauth.so*" if self.options.shared else "libmcpauth.a", os.path.join(self.build_folder, "lib"),
             os.path.join(self.package_folder, "lib"))
        if not self.options.shared:  # the tools need it
            copy(self, "libmcpauth.so.*", os.path.join(self.build_folder, "lib"), os.path.join(self.package_folder, "lib"))

    def package_info(self):
        self.cpp_info.libs = ["mcpauth"]
        self.cpp_info.set_property("cmake_file_name", "mcpauth")
        self.cpp_info.set_property("cmake_target_name", "mcpauth::mcpauth" if self.options.shared else "mcpauth::static")
        self.cpp_info.set_property("pkg_config_name", "mcpauth" if self.options.shared else "mcpauth-static")
        if not self.options.shared:
            self.cpp_info.system_libs = ["curl", "crypto", "m", "pthread"]
