//go:build !linux

package local

import "errors"

func clockSynced() (bool, error) { return false, errors.ErrUnsupported }
