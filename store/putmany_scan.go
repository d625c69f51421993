package store

import "encoding/xml"

// packResult is a PutObjectExtractResult: in the order of the archive.
type packResult struct {
	XMLName xml.Name
	Members []packMember `xml:",any"`
}

// scan reads the answer of a server that has stored all, as encoding/xml does and many times as fast. It is false for whatever
// else there is, and has read nothing then.
func (r *packResult) scan(document []byte) bool {
	var list []packMember
	ok := scanWhole(document, "PutObjectExtractResult", func(s *scanner) bool {
		for s.next() {
			var m packMember
			if s.name != "Stored" || s.empty || !s.stored(&m) {
				return false
			}
			list = append(list, m)
		}
		return true
	})
	if ok {
		r.Members = list
	}
	return ok
}

// stored reads an element Stored.
func (s *scanner) stored(m *packMember) (ok bool) {
	for s.next() {
		switch s.name {
		case "Key":
			ok = s.string(&m.Key)
		case "ETag":
			ok = s.string(&m.ETag)
		case "Size":
			var value []byte
			if value, ok = s.text(); ok {
				m.Size, ok = number(value)
			}
		case "LastModified":
			var value []byte
			if value, ok = s.text(); ok {
				m.LastModified, ok = s.date(value)
			}
		case "Code", "Message":
			return false
		default:
			_, ok = s.text()
		}
		if !ok {
			return false
		}
	}
	return s.ended("Stored")
}
