import Model

extension Rule {
  /// A rule about the settings of one product that merges several files. Its id is the product's kind, a dot, the name.
  ///
  /// `roles` names the files that decide beside the settings: where one of them was not read, a pass is none.
  static func kin(
    _ kind: String, _ merging: Merging, _ name: String, _ title: String, _ severity: Severity,
    because severityReason: String, reads: [String], tier: Int, requirement: String, why: String, remedy: String,
    references: [String], roles: Set<String> = [], _ question: @escaping @Sendable (KinSettings) -> [Answer]
  ) -> Rule {
    Rule(
      "\(kind).\(name)", title, severity, because: severityReason, reads: reads, for: .init(kinds: [kind]), tier: tier,
      requirement: requirement, why: why, remedy: remedy, references: references
    ) { subject in KinSettings.judge(subject, kind, merging, roles: roles, question) }
  }
}
