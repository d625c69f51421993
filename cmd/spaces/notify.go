package main

import (
	"fmt"
	"net"
)

// tellReady tells the service manager that the server can be used: with Type=notify, who starts the unit waits for that,
// and sees when it fails (sd_notify(3)). Where no manager asks, nothing is told.
func tellReady(p process) error {
	socket := p.getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"}) // "@…" is an abstract one, here as there
	if err == nil {
		_, err = c.Write([]byte("READY=1"))
		_ = c.Close()
	}
	if err != nil {
		return fmt.Errorf("tell the service manager that the server is ready: %w", err)
	}
	return nil
}
