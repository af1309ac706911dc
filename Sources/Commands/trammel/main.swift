import Model
print("trammel \(Model.version)")
