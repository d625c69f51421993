package dialog_test

import (
	"strings"
	"testing"

	"spaces/store"
	"spaces/tui/dialog"
)

func TestReceiveMakesACommandForTheOtherOne(t *testing.T) {
	s, f := sharing(t)
	f.Space(t, "inbox")
	s.Open(dialog.NewReceive(s.Context, store.Ref{Space: "inbox", Key: "in/"}))
	s.Want("inbox/in/", "A link by which somebody without a key", "[1 day]")
	requireGolden(t, s.Text())
	s.Press("enter")
	s.Want("Type the name of the file first")
	s.Type("it's a/.")
	s.Want("“.” is not a name")
	s.Press("backspace", "backspace")
	s.Want("curl -f -T FILE 'http://127.0.0.1:9000/inbox/in/it", "Until ", "in the place of one that is here")
	s.Press("tab", "1", "c")
	got := s.Clipboard()
	for _, part := range []string{"curl -f -T FILE 'http://127.0.0.1:9000/inbox/in/it%27s%20a?", "X-Amz-Expires=3600", "x-id=PutObject"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in %q", part, got)
		}
	}
	s.Want("Sent to the terminal's clipboard")
	s.Press("p")
	if !strings.Contains(s.Printed(), "\n"+got+"\n") {
		t.Errorf("printed %q", s.Printed())
	}
}
