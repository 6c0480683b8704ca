package public
