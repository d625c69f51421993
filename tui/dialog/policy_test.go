package dialog_test

import (
	"testing"

	"spaces/store"
	"spaces/tui/dialog"
)

const (
	ofMedia = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::media/*"}`
	ofOther = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"}`
)

func TestAPolicyOfAnotherSpaceIsWarnedOfBeforeItIsSaved(t *testing.T) {
	for statements, want := range map[string]string{
		ofOther:                                 "No statement is about this Space",
		ofMedia + "," + ofOther:                 "One statement is not about this Space",
		ofOther + "," + ofMedia + "," + ofOther: "2 statements are not about this Space",
		ofMedia:                                 "",
	} {
		s, f := start(t)
		f.Space(t, "media")
		s.Open(dialog.NewPolicy(s.Context, "media", store.Policy{}))
		s.Paste(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)
		s.Want("Changed, not saved.")
		if want == "" {
			s.WantNot("about this Space")
			continue
		}
		s.Want(want, "– not about this Space")
	}
}
