package store_test

import (
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// versitygw answers GetObjectTagging of an object without tags with the error that S3 has for a Space without tags.
func TestAnObjectWithoutTagSetHasNoTags(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "a.txt", "a")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("GET", "a.txt?tagging"), Fault: storetest.Answer(404, "NoSuchTagSet")})
	tags, err := f.Store.Tags(t.Context(), store.Ref{Space: "media", Key: "a.txt"})
	if err != nil || tags == nil || len(tags) != 0 {
		t.Errorf("the tags are %v, %v", tags, err)
	}
}
