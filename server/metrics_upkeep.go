package server

import "time"

// Upkeep are figures of the regular care for a data directory.
type Upkeep struct {
	Scrub, Backup time.Time // the last ones; zero: there was none
	Scrubbed      int64     // bodies that the last scrub read
	Found         int       // damage that it found
	Bodies        int64     // bodies that scrubs have read since the start

	Certificate time.Time // when the first certificate ends; zero: there is none
	Failing     int       // certificates that could not be had or renewed
}

// write leaves out what never was: a time of 0 would look like one long ago.
func (u Upkeep) write(t *metricsText) {
	t.single("spaces_scrub_bodies_read_total", "counter", "Bodies that were read and compared with their checksums by the regular scrub.", float64(u.Bodies))
	if !u.Scrub.IsZero() {
		t.single("spaces_scrub_last_timestamp_seconds", "gauge", "When the last scrub ended.", float64(u.Scrub.Unix()))
		t.single("spaces_scrub_last_bodies", "gauge", "Bodies that it read.", float64(u.Scrubbed))
		t.single("spaces_scrub_last_findings", "gauge", "What it found damaged.", float64(u.Found))
	}
	t.single("spaces_certificates_failing", "gauge", "Certificates that could not be had, or not be renewed, when that was tried last.", float64(u.Failing))
	if !u.Certificate.IsZero() {
		t.single("spaces_certificate_expiry_timestamp_seconds", "gauge", "When the first of the certificates ends.", float64(u.Certificate.Unix()))
	}
	if !u.Backup.IsZero() {
		t.single("spaces_backup_last_timestamp_seconds", "gauge", "The moment of the last backup that succeeded.", float64(u.Backup.Unix()))
	}
}
