package server_test

import (
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
)

// withMinioLocks runs a test in a Space named locked, which has object lock on.
func withMinioLocks(t *testing.T, test func(t *testing.T, m *minioTest)) {
	t.Helper()
	withMinio(t, func(t *testing.T, m *minioTest) {
		noError(t, m.MakeBucket(m.ctx, "locked", minio.MakeBucketOptions{ObjectLocking: true}))
		test(t, m)
	})
}

func pointer[T any](v T) *T { return &v }

func TestMinioLockConfiguration(t *testing.T) {
	withMinioLocks(t, func(t *testing.T, m *minioTest) {
		_, _, _, _, err := m.GetObjectLockConfig(m.ctx, media)
		failed(t, err, 404, "ObjectLockConfigurationNotFoundError")
		state, mode, n, unit, err := m.GetObjectLockConfig(m.ctx, "locked")
		if noError(t, err); state != "Enabled" || mode != nil || n != nil || unit != nil {
			t.Error(state, mode, n, unit)
		}
		noError(t, m.SetObjectLockConfig(m.ctx, "locked", pointer(minio.Governance), pointer(uint(3)), pointer(minio.Days)))
		_, mode, n, unit, err = m.GetObjectLockConfig(m.ctx, "locked")
		if noError(t, err); *mode != minio.Governance || *n != 3 || *unit != minio.Days {
			t.Error(*mode, *n, *unit)
		}
		up := sure(m.PutObject(m.ctx, "locked", "a", bytesOf("x"), 1, minio.PutObjectOptions{SendContentMd5: true}))(t)
		got, until, err := m.GetObjectRetention(m.ctx, "locked", "a", up.VersionID)
		if noError(t, err); *got != minio.Governance || time.Until(*until) < 71*time.Hour {
			t.Error(*got, *until)
		}
		noError(t, m.SetObjectLockConfig(m.ctx, "locked", nil, nil, nil))
		failed(t, m.SuspendVersioning(m.ctx, "locked"), 409, "InvalidBucketState")
	})
}

func TestMinioRetention(t *testing.T) {
	withMinioLocks(t, func(t *testing.T, m *minioTest) {
		until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
		up := sure(m.PutObject(m.ctx, "locked", "a", bytesOf("x"), 1, minio.PutObjectOptions{Mode: minio.Governance, RetainUntilDate: until, SendContentMd5: true}))(t)
		got, date, err := m.GetObjectRetention(m.ctx, "locked", "a", "")
		if noError(t, err); *got != minio.Governance || !date.Equal(until) {
			t.Error(*got, *date)
		}
		noError(t, m.PutObjectRetention(m.ctx, "locked", "a", minio.PutObjectRetentionOptions{Mode: pointer(minio.Governance), RetainUntilDate: pointer(until.Add(time.Hour))}))
		shorter := minio.PutObjectRetentionOptions{Mode: pointer(minio.Governance), RetainUntilDate: pointer(until)}
		failed(t, m.PutObjectRetention(m.ctx, "locked", "a", shorter), 403, "AccessDenied")
		shorter.GovernanceBypass = true
		noError(t, m.PutObjectRetention(m.ctx, "locked", "a", shorter))
		failed(t, m.RemoveObject(m.ctx, "locked", "a", minio.RemoveObjectOptions{VersionID: up.VersionID}), 403, "AccessDenied")

		list := make(chan minio.ObjectInfo, 1)
		list <- minio.ObjectInfo{Key: "a", VersionID: up.VersionID}
		close(list)
		refusals := 0
		for e := range m.RemoveObjects(m.ctx, "locked", list, minio.RemoveObjectsOptions{}) {
			failed(t, e.Err, 403, "AccessDenied")
			refusals++
		}
		if refusals != 1 {
			t.Error("a locked version was removed in bulk")
		}
		noError(t, m.RemoveObject(m.ctx, "locked", "a", minio.RemoveObjectOptions{VersionID: up.VersionID, GovernanceBypass: true}))
		_, _, err = m.GetObjectRetention(m.ctx, "locked", "a", up.VersionID)
		failed(t, err, 404, "NoSuchVersion")
	})
}

func TestMinioLegalHold(t *testing.T) {
	withMinioLocks(t, func(t *testing.T, m *minioTest) {
		up := sure(m.PutObject(m.ctx, "locked", "a", bytesOf("x"), 1, minio.PutObjectOptions{LegalHold: minio.LegalHoldEnabled, SendContentMd5: true}))(t)
		remove := func() error {
			return m.RemoveObject(m.ctx, "locked", "a", minio.RemoveObjectOptions{VersionID: up.VersionID, GovernanceBypass: true})
		}
		for _, status := range []minio.LegalHoldStatus{minio.LegalHoldEnabled, minio.LegalHoldDisabled} {
			noError(t, m.PutObjectLegalHold(m.ctx, "locked", "a", minio.PutObjectLegalHoldOptions{Status: &status, VersionID: up.VersionID}))
			if got := sure(m.GetObjectLegalHold(m.ctx, "locked", "a", minio.GetObjectLegalHoldOptions{}))(t); *got != status {
				t.Error(*got)
			}
			if status == minio.LegalHoldEnabled {
				failed(t, remove(), 403, "AccessDenied")
			}
		}
		noError(t, remove())
		on := minio.PutObjectLegalHoldOptions{Status: pointer(minio.LegalHoldEnabled)}
		failed(t, m.PutObjectLegalHold(m.ctx, "locked", "missing", on), 404, "NoSuchKey")
		m.put(t, "a", "x")
		failed(t, m.PutObjectLegalHold(m.ctx, media, "a", on), 400, "InvalidRequest")
	})
}
