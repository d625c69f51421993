package store_test

import (
	"testing"

	"spaces/store"
)

func TestAStatementIsAboutTheSpacesThatItsResourcesMayMean(t *testing.T) {
	for resource, want := range map[string]bool{
		"arn:aws:s3:::media": true, "arn:aws:s3:::media/*": true, "*": true, "arn:aws:s3:::*": true, "arn:aws:s3:::med*/x": true,
		"arn:aws:s3::tenant:media/a:b": true, "media/*": true, "arn:aws:s3:::${aws:username}/*": true, "arn:aws:s3:::m?dia/*": true,
		"arn:aws:s3:::other/*": false, "arn:aws:s3:::media2/*": false, "arn:aws:s3:::medi/*": false, "arn:aws:s3:::o*/media/*": false, "": false,
	} {
		if got := (store.Statement{Resources: []string{resource}}).About("media"); got != want {
			t.Errorf("%q is about media: %v", resource, got)
		}
	}
	if !(store.Statement{Not: true}).About("media") {
		t.Error("what has NotResource is about no Space")
	}
}
