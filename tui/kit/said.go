package kit

import "time"

// saidMost is how many messages are kept.
const saidMost = 200

// Said is a message that was shown, and when.
type Said struct {
	Notice
	At time.Time
}

// note keeps a message for the list of messages. The same again in a row is kept once, with its last time.
func (h *Host) note(n Notice) {
	if n.Text == "" {
		return
	}
	now := Said{n, h.Context.Now()}
	if last := len(h.said) - 1; last >= 0 && h.said[last].Notice == n {
		h.said[last] = now
		return
	}
	if h.said = append(h.said, now); len(h.said) > saidMost {
		h.said = append(h.said[:0], h.said[len(h.said)-saidMost:]...)
	}
}

// Said returns the messages so far, the oldest first, at most 200.
func (h *Host) Said() []Said { return h.said }

// Note keeps a message that is shown elsewhere than in the place of notices.
func (h *Host) Note(n Notice) { h.note(Notice{n.Level, OneLine(n.Text)}) }
