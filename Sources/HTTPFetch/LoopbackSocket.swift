import CCurl
import CSystem

/// CURLOPT_OPENSOCKETFUNCTION for every transfer: the socket is not inherited by a program the host executes.
let openSocket: ccurl_socket_callback = { _, _, address in
  guard let address else { return CURL_SOCKET_BAD }
  return open(address.pointee)
}

/// The same for http on a loopback host, where the name's spelling was checked already: here the address behind it is,
/// so that whatever `localhost` resolves to, nothing leaves the machine in clear (attack A22).
let openLoopbackSocket: ccurl_socket_callback = { _, _, address in
  guard let address, isLoopback(address) else { return CURL_SOCKET_BAD }
  return open(address.pointee)
}

private func open(_ address: curl_sockaddr) -> curl_socket_t {
  socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
}

private func isLoopback(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Bool {
  let length = Int(address.pointee.addrlen)
  return withUnsafeBytes(of: &address.pointee.addr) { start -> Bool in
    guard let base = start.baseAddress else { return false }
    // curl keeps the whole sockaddr_storage behind this member, `addrlen` says how much of it counts.
    let bytes = UnsafeRawBufferPointer(start: base, count: length)
    switch address.pointee.family {
    case AF_INET: return length >= 8 && bytes[4] == 127
    case AF_INET6: return length >= 24 && bytes[8..<23].allSatisfy { $0 == 0 } && bytes[23] == 1
    default: return false
    }
  }
}
