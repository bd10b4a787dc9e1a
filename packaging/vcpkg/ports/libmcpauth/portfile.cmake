# An overlay port of vcpkg, out of the tarball of `make dist`: nobody needs Swift for it.
#
#   LIBMCPAUTH_DIST=/where/the/tarballs/are vcpkg install libmcpauth --overlay-ports=packaging/vcpkg/ports
#
# What is taken is compared with the SHA256SUMS beside it. libcurl and OpenSSL 3 are the system's.
if(VCPKG_TARGET_ARCHITECTURE STREQUAL "x64")
  set(_arch x86_64)
elseif(VCPKG_TARGET_ARCHITECTURE STREQUAL "arm64")
  set(_arch aarch64)
else()
  message(FATAL_ERROR "libmcpauth is for x64 and arm64, and not for ${VCPKG_TARGET_ARCHITECTURE}")
endif()
set(_dist "$ENV{LIBMCPAUTH_DIST}")
set(_tarball "libmcpauth-${VERSION}-linux-${_arch}.tar.gz")
if(NOT EXISTS "${_dist}/${_tarball}" OR NOT EXISTS "${_dist}/SHA256SUMS")
  message(FATAL_ERROR "${_tarball} and SHA256SUMS are not in the folder '${_dist}': make dist makes them, and the \
environment's LIBMCPAUTH_DIST says where they are (VCPKG_KEEP_ENV_VARS has to name it)")
endif()
file(SHA256 "${_dist}/${_tarball}" _found)
file(STRINGS "${_dist}/SHA256SUMS" _lines)
if(NOT "${_found}  ${_tarball}" IN_LIST _lines)
  message(FATAL_ERROR "${_dist}/${_tarball} is not the one of SHA256SUMS: it has ${_found}")
endif()

vcpkg_extract_source_archive(_tree ARCHIVE "${_dist}/${_tarball}")
file(INSTALL "${_tree}/include/" DESTINATION "${CURRENT_PACKAGES_DIR}/include")
file(INSTALL "${_tree}/bin/" DESTINATION "${CURRENT_PACKAGES_DIR}/tools/libmcpauth" USE_SOURCE_PERMISSIONS)
if(VCPKG_LIBRARY_LINKAGE STREQUAL "static")
  set(_library "libmcpauth.a")
else()
  set(_library "libmcpauth.so*")
endif()
foreach(_build "" "/debug")
  file(GLOB _files "${_tree}/lib/${_library}")
  file(INSTALL ${_files} DESTINATION "${CURRENT_PACKAGES_DIR}${_build}/lib")
endforeach()
# The CMake package finds its files two folders above itself, and headers beside that.
file(INSTALL "${_tree}/lib/cmake" "${_tree}/lib/pkgconfig" DESTINATION "${CURRENT_PACKAGES_DIR}/lib")
vcpkg_install_copyright(FILE_LIST "${_tree}/share/doc/libmcpauth/LICENSE")
