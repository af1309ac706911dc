import Crypto
import Foundation
import Model
import Platform

/// The half of the host's key that everybody may know: 32 bytes of Ed25519 (RFC 8032).
public struct PublicKey: Sendable, Hashable, CustomStringConvertible {
  public let bytes: [UInt8]

  /// Nil unless there are 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// `SHA256:` and the unpadded base64 of the key's SHA-256, as ssh writes it.
  public var fingerprint: String {
    "SHA256:" + String(Base64.encode(Digest.of(bytes).bytes).prefix { $0 != "=" })
  }
  public var description: String { fingerprint }

  func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
    return key.isValidSignature(signature, for: message)
  }
}

/// The host's key. The file holds the 32 bytes of the seed and is made once.
struct SigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey
  let publicKey: PublicKey

  init?(seed: [UInt8]) {
    guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
      let publicKey = PublicKey(bytes: Array(key.publicKey.rawRepresentation))
    else { return nil }
    self.key = key
    self.publicKey = publicKey
  }

  func sign(_ message: [UInt8]) throws(StoreError) -> [UInt8] {
    do { return Array(try key.signature(for: message)) } catch {
      throw .io(path: "keys/ledger.ed25519", detail: "signing failed: \(error)")
    }
  }

  static func path(in directory: String) -> String { "\(directory)/keys/ledger.ed25519" }

  /// The key of a state directory; nil where there is none. One that others can read signs nothing.
  static func load(from directory: String, allowingOthers: Bool = false) throws(StoreError) -> SigningKey? {
    let files = SystemFiles()
    let path = path(in: directory)
    let seed: [UInt8]
    let status: FileStatus
    do {
      status = try files.status(path, followingLinks: true)
      seed = try files.read(path, limit: 4096)
    } catch {
      if error.code == .notFound { return nil }
      throw StoreError(error)
    }
    guard allowingOthers || status.mode & 0o077 == 0 else { throw .keyOpen(path: path, mode: status.mode) }
    guard let key = SigningKey(seed: seed) else { throw .keyUnreadable(path: path) }
    return key
  }

  /// The key of a state directory, made where there is none. Of several processes one makes it, all read the same.
  static func loadOrCreate(
    in directory: String, random: @Sendable (Int) -> [UInt8]
  ) throws(StoreError) -> SigningKey {
    if let key = try load(from: directory) { return key }
    let path = path(in: directory)
    do {
      try PrivateFiles.makeDirectory("\(directory)/keys")
      _ = try PrivateFiles.createOnce(path, random(32))
    } catch { throw StoreError(error) }
    guard let key = try load(from: directory) else { throw .keyUnreadable(path: path) }
    return key
  }
}

/// RFC 4648 §4, with padding.
enum Base64 {
  static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
  static func decode(_ text: some StringProtocol) -> [UInt8]? { Data(base64Encoded: String(text)).map(Array.init) }
}
