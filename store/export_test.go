package store

import "testing"

// ShortAnswers has the answers that are read into memory end sooner by a factor, until the test is over. It returns how many
// bytes of one are read at most without that.
func ShortAnswers(t testing.TB, factor int64) (most int64) {
	was := mostScanned
	most = mostAnswer()
	mostScanned = was / factor
	t.Cleanup(func() { mostScanned = was })
	return most
}
