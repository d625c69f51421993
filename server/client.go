package server

import (
	"net/netip"
	"strings"
)

// client is the address of who made the request: of the other end of the
// connection, or, where that is a trusted proxy, the last one in
// X-Forwarded-For that is none. The header of anybody else is not looked at.
// The zero Addr is a caller within the process.
func (c *call) client() netip.Addr {
	addr := addrOf(c.in.Remote)
	if !addr.IsValid() {
		return addr
	}
	if len(c.s.proxies) == 0 || !c.s.isProxy(addr) {
		return addr
	}
	hops := strings.Split(strings.Join(c.in.Header["X-Forwarded-For"], ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break // what is before it was not written by a proxy that can be trusted
		}
		addr = hop.Unmap().WithZone("")
		if !c.s.isProxy(addr) {
			break
		}
	}
	return addr
}

// addrOf is the address in a HOST:PORT; the zero Addr where there is none.
func addrOf(remote string) netip.Addr {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap().WithZone("")
}

func (s *Server) isProxy(a netip.Addr) bool {
	for _, p := range s.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// secure says whether the request came over TLS: to here, or to a trusted
// proxy that says so in X-Forwarded-Proto.
func (c *call) secure() bool {
	if c.in.TLS != nil {
		return true
	}
	if len(c.s.proxies) == 0 || !strings.EqualFold(c.in.Header.Get("X-Forwarded-Proto"), "https") {
		return false
	}
	peer, err := netip.ParseAddrPort(c.in.Remote)
	return err == nil && c.s.isProxy(peer.Addr().Unmap().WithZone(""))
}
