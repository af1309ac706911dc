import Model
import Testing

@testable import Imports

@Suite struct ImportsTests {
}
