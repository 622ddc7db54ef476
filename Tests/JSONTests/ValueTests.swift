// Values in the hand: accessors, literals and ordered members.
import JSON
import Testing

@Suite("JSON: values") struct ValueTests {
    private let kinds: [JSON] = [nil, true, 1, 1.5, "x", [1], ["a": 1]]

    @Test("Each accessor answers for its own kind only")
    func accessors() {
        #expect(kinds.map(\.isNull) == [true, false, false, false, false, false, false])
        #expect(kinds.map(\.bool) == [nil, true, nil, nil, nil, nil, nil])
        #expect(kinds.map(\.int) == [nil, nil, 1, nil, nil, nil, nil])
        #expect(kinds.map(\.double) == [nil, nil, 1, 1.5, nil, nil, nil])
        #expect(kinds.map(\.string) == [nil, nil, nil, nil, "x", nil, nil])
        #expect(kinds.map(\.array) == [nil, nil, nil, nil, nil, [1], nil])
        #expect(kinds.map(\.object) == [nil, nil, nil, nil, nil, nil, ["a": 1]])
        #expect(kinds.map { $0["a"] } == [nil, nil, nil, nil, nil, nil, 1])
    }

    @Test("A member that is null is there; one that is not there is nil")
    func nullMember() {
        let object: JSON = ["a": nil]
        #expect(object["a"] == .some(.null))
        #expect(object["b"] == nil)
    }

    @Test("Members are set in place, appended, and removed")
    func members() {
        var object: JSONObject = ["a": 1, "b": 2, "c": 3]
        object["b"] = "two"
        object["d"] = [4]
        object["a"] = nil
        object["missing"] = nil
        #expect(object.keys == ["b", "c", "d"])
        #expect(object.map(\.value) == ["two", 3, [4]])
        #expect(object.count == 3)
        #expect(!object.isEmpty)
        object["b"] = .some(.null)
        #expect(object["b"] == .some(.null))
        #expect(JSONObject().isEmpty)
    }

    @Test("Members that differ in order differ, as texts do")
    func orderMatters() {
        let one: JSONObject = ["a": 1, "b": 2]
        let other: JSONObject = ["b": 2, "a": 1]
        #expect(one != other)
        #expect(one == JSONObject([("a", 1), ("b", 2)]))
        #expect(Set([one, other, one]).count == 2)
    }

    @Test("A literal and a list with one name twice keep the last value at the first place")
    func repeatedNames() {
        let pairs: [(String, JSON)] = [("a", 1), ("b", 2), ("a", 3)]
        #expect(JSON.object(JSONObject(pairs)).text == #"{"a":3,"b":2}"#)
    }

    @Test("An integer is not the number of the same worth")
    func integerAndNumber() {
        #expect(JSON.integer(1) != JSON.number(1))
        #expect(JSON.integer(1).text == "1")
    }
}
