# An echo server by Python's socketserver: echo.py ADDRESS PORT BACKLOG
import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)


class Server(socketserver.ForkingTCPServer):
    allow_reuse_address = True
    request_queue_size = int(sys.argv[3])
    max_children = 1000000  # its own limit is 40


Server((sys.argv[1], int(sys.argv[2])), Echo).serve_forever()
