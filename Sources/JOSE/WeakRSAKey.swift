/// The RSA keys of Infineon's library (ROCA, CVE-2017-15361), which can be factored. Both of their primes are powers of
/// 65537 modulo many small primes, and so is their product; of other moduli one in 2^27 is.
enum WeakRSAKey {
  /// Primes modulo which the powers of 65537 are few, so that each tells the most.
  private static let primes: [UInt32] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]

  /// Whether the modulus, big-endian, has the mark.
  static func isMarked(_ modulus: ArraySlice<UInt8>) -> Bool {
    primes.allSatisfy { prime in isPower(of: 65537 % prime, remainder(modulus, prime), modulo: prime) }
  }

  private static func remainder(_ number: ArraySlice<UInt8>, _ prime: UInt32) -> UInt32 {
    number.reduce(0) { ($0 << 8 | UInt32($1)) % prime }
  }

  private static func isPower(of base: UInt32, _ value: UInt32, modulo prime: UInt32) -> Bool {
    var power: UInt32 = 1
    for _ in 0..<prime {
      if power == value { return true }
      power = power &* base % prime
    }
    return false
  }
}
