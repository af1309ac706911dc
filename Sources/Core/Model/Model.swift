/// The nouns of the product and nothing else: what every room of the house talks in.
///
/// Goes in: values, their identity, their one binary form (deterministic CBOR) and their JSON shape; the protocols that
/// let a lower room hand something to a higher one. Stays out: files, sockets, clocks, randomness, Foundation.
public enum Model {
  /// Version of the product, in the form of semantic versioning.
  public static let version = "0.1.0"
}
